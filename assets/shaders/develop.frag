out vec4 color;
in vec2 place;
uniform sampler2D image;    // light, and how much of what lies around is mirrored
uniform sampler2D second;   // what the lens spreads of it: four levels, added
uniform sampler2D contact;  // metres ahead, at half the size
uniform sampler2D mirror;   // what is mirrored, at half the size, and metres ahead; 0: nothing is

// What lies around and is mirrored, of the four nearest that are of the same
// surface: neighbours share the noise of their rays. Of sixteen it is hardly
// calmer, and takes a processor that draws twice as long.
vec3 mirrored() {
    vec2 p = gl_FragCoord.xy * 0.5 - 0.5;
    ivec2 low = ivec2(floor(p)), most = textureSize(mirror, 0) - 1;
    vec2 f = p - vec2(low);
    float own = texelFetch(contact, ivec2(gl_FragCoord.xy) / 2, 0).r;
    vec4 sum = vec4(0.0, 0.0, 0.0, 1e-5);
    for (int i = 0; i < 4; i++) {
        ivec2 o = ivec2(i % 2, i / 2);
        vec4 m = texelFetch(mirror, clamp(low + o, ivec2(0), most), 0);
        vec2 near_ = clamp(2.0 - abs(vec2(o) - f), 0.0, 1.0);
        float w = min(m.a, 1.0) * (near_.x * near_.y + 0.02) * max(0.02, 1.0 - abs(m.a - own) / (0.05 * own));
        sum += vec4(m.rgb, 1.0) * w;
    }
    return sum.rgb / sum.a;
}

void main() {
    vec2 uv = place * 0.5 + 0.5;
    vec4 c = texelFetch(image, ivec2(gl_FragCoord.xy), 0);
#ifndef PLAIN
    if (c.a > 0.004) {
        c.rgb += mirrored() * c.a;
    }
#endif
#if !defined(STUDIO) && !defined(PLAIN)
    c.rgb = mix(c.rgb, textureLod(second, uv, 0.0).rgb * 0.25, 0.06);
#endif
    color = vec4(encode(film(c.rgb)), 1.0);
}
