out vec2 open; // 0..1, metres ahead
uniform sampler2D image; // metres ahead
uniform vec4 lens;       // tangents of half the field, across and up; size of a texel
uniform vec2 reach;      // metres; farther than this is sky

vec3 at(vec2 uv) {
    float z = textureLod(image, uv, 0.0).r;
    return vec3((uv * 2.0 - 1.0) * lens.xy * z, z);
}

void main() {
    vec2 uv = gl_FragCoord.xy * lens.zw;
    vec3 p = at(uv);
    open = vec2(1.0, p.z);
    if (p.z > reach.y) {
        return;
    }
    vec3 l = p - at(uv - vec2(lens.z, 0.0)), r = at(uv + vec2(lens.z, 0.0)) - p;
    vec3 d = p - at(uv - vec2(0.0, lens.w)), u = at(uv + vec2(0.0, lens.w)) - p;
    vec3 n = normalize(cross(abs(d.z) < abs(u.z) ? d : u, abs(l.z) < abs(r.z) ? l : r));
    vec2 spread = min(reach.x / (2.0 * p.z), 0.12) / lens.xy;
    float about = 6.2831853 * scattered(gl_FragCoord.xy);
    float shade = 0.0;
    const int taps = 10;
    for (int i = 0; i < taps; i++) {
        float a = about + float(i) * 2.3999632, k = (float(i) + 0.5) / float(taps);
        vec3 v = at(uv + vec2(cos(a), sin(a)) * (k * spread)) - p;
        float vv = dot(v, v), near_ = max(1.0 - vv / (reach.x * reach.x), 0.0);
        shade += near_ * near_ * max(dot(v, n) - 0.004 * p.z, 0.0) * inversesqrt(vv + 1e-4);
    }
    open.x = max(0.0, 1.0 - 3.2 * shade / float(taps));
}
