out vec4 color;

#ifdef THROUGH
uniform sampler2D image; // what was drawn before, in the screen's colours, with smaller levels

// What is mirrored, and what shines through: bent by a thick body, and blurred by
// a rough one.
void main() {
    Surface s = read();
    vec3 v = normalize(eye.xyz - world);
    float nv = clamp(dot(s.normal, v), 0.02, 1.0);
    vec2 k = mirrorScale(s.roughness, nv);
    float passes = s.through * (1.0 - s.metallic);
    vec3 body, shine;
    shone(s, body, shine);
    vec3 own = finish(body * (1.0 - passes) + shine + s.emission, s);
    vec2 at = gl_FragCoord.xy / picture.xy;
    vec3 left = s.base;
    if (dress[5].y > 0.0) {
        vec4 p = clip * vec4(world + refract(-v, s.normal, 1.0 / dress[5].z) * dress[5].y, 1.0);
        at = p.xy / p.w * 0.5 + 0.5;
        left *= exp(-dress[6].rgb * dress[5].y);
    }
    float blur = log2(picture.x) * s.roughness * clamp(dress[5].z * 2.0 - 2.0, 0.0, 1.0);
    vec3 seen = linear(textureLod(image, at, blur).rgb) * left * passes * (1.0 - (s.f0 * k.x + s.f90 * k.y));
    color = vec4(encode(min(linear(own) + seen, 1.0)) * s.alpha, s.alpha);
}
#else
// A thin pane: what it mirrors is added, what is behind shines through tinted.
void main() {
    Surface s = read();
    vec3 v = normalize(eye.xyz - world);
    float nv = clamp(abs(dot(s.normal, v)), 0.02, 1.0);
    float mirrored = 0.04 + 0.96 * pow(1.0 - nv, 5.0);
    mirrored = mix(s.alpha, 1.9 * mirrored / (1.0 + mirrored), s.glass); // both faces reflect
    if (s.glass > 0.5) {
        vec3 seen = textureLod(environment, reflect(-v, s.normal), s.roughness * mirrorLevels).rgb * (sunLight.w * s.outside);
        float h = max(dot(normalize(v + sun.xyz), s.normal), 0.0);
        seen += sunLight.rgb * pow(h, 900.0) * 8.0 * sunSeen(s);
        vec3 body = (around(s.normal) * s.outside + s.lamps * skyTop.w) * s.base;
        s.emission = vec3(0.0);
        float veil = s.alpha * 0.4; // what the pane itself shows, over what is behind
        color = vec4(finish(seen, s) * mirrored + finish(body, s) * veil, clamp(mirrored + veil, 0.0, 1.0));
        if (tint.a > 0.0) { // an overlay on a pane: clear colour, and what is behind stays readable
            float paint = tint.a * (0.40 + 0.3 * (1.0 - nv));
            vec3 own = encode(min(tint.rgb * (1.0 + look.y), 1.0));
            color = vec4(own * paint + color.rgb * (1.0 - paint), paint + color.a * (1.0 - paint));
        }
        return;
    }
    color = vec4(finish(lit(s), s) * s.alpha, s.alpha);
}
#endif
