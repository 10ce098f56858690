in vec2 pixel;
flat in vec4 ab;
flat in float half_;
flat in vec4 own;
out vec4 color;
void main() {
    vec2 d = ab.zw - ab.xy, p = pixel - ab.xy;
    float t = clamp(dot(p, d) / max(dot(d, d), 1e-6), 0.0, 1.0);
    float cover = clamp(half_ + 0.5 - length(p - d * t), 0.0, 1.0) * own.a;
    color = vec4(own.rgb * cover, cover);
}
