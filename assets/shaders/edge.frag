in vec2 place;
out vec4 color;
uniform vec2 reach; // of the line, in parts of the picture
uniform sampler2D image;

void main() {
    vec2 at = place * 0.5 + 0.5;
    float own = texture(image, at).r, most = 0.0, sum = 0.0;
    for (int i = 0; i < 12; i++) {
        float a = float(i) * 0.5235988;
        float m = texture(image, at + vec2(cos(a), sin(a)) * reach).r;
        most = max(most, m);
        sum += step(0.05, m);
    }
    float inside = smoothstep(0.1, 0.5, own);
    float line = smoothstep(0.0, 3.0, sum) * (1.0 - inside);
    float selected = smoothstep(0.6, 0.9, most);
    vec3 c = mix(vec3(0.30, 0.66, 1.0), vec3(0.10, 0.52, 1.0), selected);
    float cover = line * mix(0.75, 1.0, selected) + inside * 0.05;
    color = vec4(c * cover, cover);
}
