layout(location = 0) in vec3 position;
layout(location = 3) in vec4 row0;
layout(location = 4) in vec4 row1;
layout(location = 5) in vec4 row2;

out float gl_ClipDistance[1];
invariant gl_Position; // depth is drawn before colour, with equal results

void main() {
    vec4 p = vec4(position, 1.0);
    vec4 world = vec4(dot(row0, p), dot(row1, p), dot(row2, p), 1.0);
    gl_ClipDistance[0] = cut.w - dot(cut.xyz, world.xyz);
    gl_Position = clip * world;
}
