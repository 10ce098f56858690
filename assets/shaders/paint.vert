layout(location = 0) in vec3 position;
layout(location = 1) in vec3 direction;
layout(location = 2) in vec4 paint;
layout(location = 3) in float along;
out vec3 world;
out vec3 normal;
out vec4 own;
out float walked;
out float gl_ClipDistance[1]; // heeded while something is cut away

void main() {
    world = position;
    normal = direction;
    own = paint;
    walked = along;
    gl_ClipDistance[0] = cut.w - dot(cut.xyz, position);
    gl_Position = clip * vec4(position, 1.0);
}
