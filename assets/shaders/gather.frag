out vec4 color;
in vec2 place;
uniform sampler2D image;  // the exposure, in the screen's colours
uniform sampler2D second; // the mean so far, linear
uniform float weight;     // of the exposure

void main() {
    ivec2 p = ivec2(gl_FragCoord.xy);
    vec3 c = texelFetch(image, p, 0).rgb;
#ifdef SETTLE
    // What was there stays as far as it fits between what is there now.
    vec3 lo = c, hi = c;
    for (int i = 0; i < 4; i++) {
        vec3 n = texelFetch(image, p + ivec2(i % 2 * 2 - 1, i / 2 * 2 - 1), 0).rgb;
        lo = min(lo, n);
        hi = max(hi, n);
    }
    vec3 was = clamp(texelFetch(second, p, 0).rgb, linear(lo), linear(hi));
    color = vec4(mix(was, linear(c), weight), 1.0);
#else
    color = vec4(linear(c), 1.0);
#endif
}
