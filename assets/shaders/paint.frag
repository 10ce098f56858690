in vec3 world;
in vec3 normal;
in vec4 own;
in float walked;
out vec4 color;
uniform vec4 mode; // phase of the marks, strength, 1: an arrow

void main() {
    vec3 c = own.rgb;
    float cover = own.a * mode.y;
    if (mode.z > 0.5) {
        vec3 n = normalize(normal);
        vec3 v = normalize(eye.xyz - world);
        float rim = 1.0 - max(dot(n, v), 0.0);
        float t = fract(walked / 0.20 - mode.x);
        float mark = smoothstep(0.0, 0.10, t) * smoothstep(0.55, 0.35, t);
        c *= 0.70 + 0.45 * max(dot(n, normalize(vec3(0.3, 0.8, 0.4))), 0.0);
        c = mix(c, c * 0.6 + vec3(0.55), 0.42 * mark);
        c += own.rgb * 0.35 * rim * rim;
        c *= 1.5;
        color = vec4((encode(film(c)) + dither()) * cover, cover);
        return;
    }
    color = vec4(encode(c) * cover, cover);
}
