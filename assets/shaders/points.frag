flat in vec3 own;
flat in float size;
out vec4 color;
void main() {
    float r = length(gl_PointCoord * 2.0 - 1.0);
    if ((r - 1.0) * size > 0.6) {
        discard;
    }
    color = vec4(own * (1.0 - 0.14 * r * r * smoothstep(3.0, 8.0, size)), 1.0);
}
