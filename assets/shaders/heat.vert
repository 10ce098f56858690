uniform vec4 area;  // x, z of two corners
uniform vec4 scale; // height, opacity
out vec2 at;        // 0..1 over the area
out vec3 world;
out float gl_ClipDistance[1]; // heeded while something is cut away

void main() {
    at = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 p = mix(area.xy, area.zw, at);
    world = vec3(p.x, scale.x, p.y);
    gl_ClipDistance[0] = cut.w - dot(cut.xyz, world);
    gl_Position = clip * vec4(world, 1.0);
}
