out vec4 color;
in vec2 place;
uniform sampler2D image;

#ifdef SOFTEN
// A single exposure, in the screen's colours, has stairs along its edges. They
// are found by their contrast and blurred along (after Lottes 2009).
vec3 soften(ivec2 p) {
    vec2 size = vec2(textureSize(image, 0));
    vec2 at = (vec2(p) + 0.5) / size, t = 1.0 / size;
    vec3 own = texelFetch(image, p, 0).rgb;
    ivec2 most = textureSize(image, 0) - 1;
    float m = luminance(own);
    float nw = luminance(texelFetch(image, clamp(p + ivec2(-1, 1), ivec2(0), most), 0).rgb), ne = luminance(texelFetch(image, min(p + 1, most), 0).rgb);
    float sw = luminance(texelFetch(image, max(p - 1, ivec2(0)), 0).rgb), se = luminance(texelFetch(image, clamp(p + ivec2(1, -1), ivec2(0), most), 0).rgb);
    float lo = min(m, min(min(nw, ne), min(sw, se))), hi = max(m, max(max(nw, ne), max(sw, se)));
    vec2 d = vec2(sw + se - nw - ne, nw + sw - ne - se);
    float least = max((nw + ne + sw + se) * 0.03, 0.008);
    d = clamp(d / (min(abs(d.x), abs(d.y)) + least), -8.0, 8.0) * t;
    int count = hi - lo < max(0.035, hi * 0.11) ? 0 : 4;
    vec3 a = vec3(0.0), b = vec3(0.0);
    for (int i = 0; i < count; i++) { // processors that draw leave loops early, and take both ways of an if
        vec3 c = textureLod(image, at + d * (i < 2 ? float(i) - 0.5 : (float(i) - 2.5) / 3.0), 0.0).rgb;
        a += i < 2 ? vec3(0.0) : c;
        b += c;
    }
    a *= 0.5;
    b *= 0.25;
    float l = luminance(b);
    return count == 0 ? own : l < lo || l > hi ? a : b;
}
#endif

void main() {
    ivec2 p = ivec2(gl_FragCoord.xy);
#ifdef SOFTEN
    color = vec4(soften(p), 1.0);
#else
    color = vec4(encode(texelFetch(image, p, 0).rgb) + dither(), 1.0); // of a mean, linear
#endif
}
