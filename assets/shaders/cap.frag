out vec4 color;

// The inside of what is solid, seen where it is cut: dark, and hatched as in a
// drawing.
void main() {
    float stripe = smoothstep(0.30, 0.45, abs(fract((gl_FragCoord.x + gl_FragCoord.y) / 9.0) - 0.5));
    vec3 c = mix(vec3(0.085, 0.10, 0.125), vec3(0.21, 0.23, 0.26), stripe);
#ifdef LIGHT
    color = vec4(c, 0.0);
#else
    color = vec4(encode(film(c)), 1.0);
#endif
}
