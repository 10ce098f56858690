layout(location = 0) in vec2 corner;
layout(location = 1) in vec2 begins;
layout(location = 2) in vec2 ends;
layout(location = 3) in float thick;
layout(location = 4) in vec4 paint;
uniform vec2 extent;
out vec2 pixel;
flat out vec4 ab;
flat out float half_;
flat out vec4 own;
void main() {
    pixel = corner;
    ab = vec4(begins, ends);
    half_ = thick;
    own = paint;
    gl_Position = vec4(corner.x / extent.x * 2.0 - 1.0, 1.0 - corner.y / extent.y * 2.0, 0.0, 1.0);
}
