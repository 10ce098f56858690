uniform vec4 place;  // left, top, width, height, pixels from the top left
uniform vec2 extent; // of the picture
out vec2 at;
void main() {
    at = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 p = (place.xy + at * place.zw) / extent;
    gl_Position = vec4(p.x * 2.0 - 1.0, 1.0 - p.y * 2.0, 0.0, 1.0);
}
