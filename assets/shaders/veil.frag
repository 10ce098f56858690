out vec4 color;

// What is seen through: ink on paper, or chalk on a board where it is dark. What
// lies flat is faint, what stands and what is seen from the side is strong, so
// that shapes are told apart that nothing lights.
void main() {
    vec3 n = normalize(gl_FrontFacing ? normal : -normal);
    float rim = 1.0 - abs(dot(n, normalize(eye.xyz - world)));
    float cover = 0.05 + 0.11 * (1.0 - n.y * n.y) + 0.05 * abs(n.x) + 0.38 * rim * rim * rim;
    vec3 ink = mix(vec3(0.045, 0.12, 0.24), vec3(0.55, 0.72, 0.95), picture.z) * (0.75 + 0.25 * n.y);
    color = vec4(encode(ink) * cover, cover);
}
