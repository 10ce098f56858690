in vec2 place;
uniform samplerCube environment;
out vec4 color;

// The sky in a direction: of texels of more than a degree, whose edges four places
// about it smooth away.
vec3 skyAt(vec3 d) {
    const float half_ = 0.012;
    vec3 side = normalize(vec3(d.z, 1e-4, -d.x)) * half_, up = vec3(0.0, half_, 0.0);
    return 0.25 * (textureLod(environment, d + side + up, 0.0).rgb + textureLod(environment, d - side + up, 0.0).rgb
        + textureLod(environment, d + side - up, 0.0).rgb + textureLod(environment, d - side - up, 0.0).rgb) * sunLight.w;
}

// A soft backdrop, and the ground that the building stands on with the shade
// about its foot.
void main() {
#ifdef STUDIO
    color = vec4(encode(skyTop.rgb), 1.0);
    return;
#endif
    vec4 far = unclip * vec4(place, 1.0, 1.0);
    vec3 d = normalize(far.xyz / far.w - eye.xyz);
    bool hour = skyTop.w > 0.5;
    vec3 horizon = skyHorizon.rgb, c = mix(horizon, skyTop.rgb, smoothstep(0.0, 0.6, d.y));
    if (hour) {
        horizon = skyAt(normalize(vec3(d.x, 0.03, d.z)));
        c = skyAt(vec3(d.x, max(d.y, 0.03), d.z));
        float toSun = dot(d, sun.xyz);
        c += sunLight.rgb * (20.0 * smoothstep(0.99992, 0.99997, toSun) + 0.2 * exp2((toSun - 1.0) * 3000.0));
    }
    if (d.y < -1e-4) {
        vec3 lo = volume.xyz + vec3(1.0, 0.5, 1.0), hi = volume.xyz + 1.0 / volumeFit.xyz - vec3(1.0, 0.5, 1.0);
        float t = (lo.y - eye.y) / d.y;
        vec2 at = eye.xz + d.xz * t;
        vec2 q = abs(at - 0.5 * (lo.xz + hi.xz)) - 0.5 * (hi.xz - lo.xz);
        float away = length(max(q, 0.0));
        float size = length(hi - lo);
        float metre = max(1.0, size / 80.0); // what is larger than a building is in other units
        float shade = 0.30 * exp(-away * 1.1 / metre) + 0.16 * exp(-away * 6.0 / size);
        // Where nothing stands of a building any more its place is no pit; what is larger may hang in the air.
        shade *= exp(0.8 * min(max(q.x, q.y), 0.0) / (metre > 1.0 ? 10.0 * metre : 1.0));
        float fade = exp(-length(at - eye.xz) / (size * (hour ? 12.0 : 1.6)));
        vec3 ground = mix(horizon, skyGround.rgb, smoothstep(0.0, 0.35, -d.y)) * (1.0 - shade * step(0.0, t));
        c = mix(horizon, ground, mix(0.4, 1.0, fade) * smoothstep(0.0, 0.03, -d.y));
    }
    c *= 1.0 - 0.08 * dot(place, place); // a soft vignette draws the eye to the middle
    color = vec4(encode(hour ? film(c) : c), 1.0);
}
