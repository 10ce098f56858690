out vec4 color;

void main() {
    vec3 n = normalize(gl_FrontFacing ? normal : -normal);
    float rim = 1.0 - abs(dot(n, normalize(eye.xyz - world)));
    float cover = tint.a * (0.30 + 0.6 * rim * rim);
    vec3 c = tint.rgb * (0.55 + 0.45 * n.y) + tint.rgb * rim;
    color = vec4(encode(min(c, vec3(1.0))) * cover, cover);
}
