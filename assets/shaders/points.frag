flat in vec3 own;
flat in float size;
out vec4 color;
void main() {
    float r = length(gl_PointCoord * 2.0 - 1.0);
    float cover = clamp((1.0 - r) * 0.5 * size + 0.5, 0.0, 1.0);
    if (cover < 0.2) {
        discard;
    }
    color = vec4(own * (1.0 - 0.14 * r * r * smoothstep(3.0, 8.0, size)), cover);
}
