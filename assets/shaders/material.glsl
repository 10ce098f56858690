in vec3 world;
in vec3 normal;
in vec3 surface;
flat in int material;
flat in vec4 tint;
flat in vec4 look;

uniform usamplerBuffer materials;
uniform samplerCube environment;
uniform sampler2DShadow sunShadow;
#ifdef LIGHT
uniform sampler2DArrayShadow sunNear;
uniform sampler2DArray sunNearDepth;
#endif
uniform sampler3D occlusion;
uniform sampler2D contact;      // how open corners and clefts are
uniform sampler3D surroundings; // light of luminaires, from above, openness, part of the sky that is seen
uniform sampler3D tinge;        // colour of that light, where it is not white

const float mirrorLevels = 5.0;

struct Surface {
    vec3 base;
    float alpha;
    float metallic;
    float roughness;
    vec3 emission;
    float glass;
    vec3 normal;
    float open; // 1: nothing near covers it
    vec3 lamps; // light of luminaires
#ifdef DRESSED
    vec3 f0;         // part that is mirrored, straight on
    vec3 skin;       // that of what is no metal in it
    float gloss;     // how strongly that mirrors
    float f90;       // and at grazing angles
    float covered;   // 1: the image of occlusion covers nothing
    vec3 coatNormal;
    float coat;
    float coatRough;
    float through;   // part of what is not mirrored that passes
#endif
    float outside; // part of the light of the sky that comes in
};

float hash(vec2 p) {
    vec3 q = fract(vec3(p.xyx) * 0.1031);
    q += dot(q, q.yzx + 33.33);
    return fract((q.x + q.y) * q.z);
}

// Value noise, 0..1.
float noise(vec2 p) {
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x), mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

// A line of a width about zero, no thinner than a pixel but then fainter.
float line(float x, float width, float pixel) {
    float w = max(width, pixel);
    return (1.0 - smoothstep(w - pixel, w + pixel, abs(x))) * min(1.0, width / max(pixel, 1e-6));
}

vec3 turned(vec3 c, float angle) { // about the grey axis
    float s = sin(angle) * 0.57735, k = cos(angle);
    return max(vec3(0.0), c * k + cross(vec3(1.0), c) * s + vec3(dot(c, vec3(1.0)) / 3.0) * (1.0 - k));
}

// Printed packages: a face with a label, an emblem and lines of text, sides
// with a stripe.
void goods(inout Surface s) {
    float product = look.w;
    float a = fract(product * 7.13), b = fract(product * 13.7), c = fract(product * 29.3), d = fract(product * 3.77);
    vec3 own = turned(s.base, (a - 0.5) * 0.7) * mix(0.72, 1.15, b);
    vec3 accent = turned(s.base, 2.2 + 2.0 * c) * 0.8 + 0.05;
    vec3 paper = mix(vec3(0.86, 0.84, 0.78), turned(s.base, 3.1) * 0.5 + 0.3, step(0.7, d));
    own *= 0.94 + 0.12 * fract(surface.z * 5.3 + product);
    float u = surface.x, v = surface.y;
    float pu = fwidth(u) * 0.75, pv = fwidth(v) * 0.75;
    float near_ = 1.0 - smoothstep(0.10, 0.45, max(pu, pv));
    vec3 color = own;
    if (u < 1.5) {
        float wide = mix(0.30, 0.44, c), low = mix(0.20, 0.36, d), high = mix(0.64, 0.86, a);
        float inside = smoothstep(wide + pu, wide - pu, abs(u - 0.5)) * smoothstep(low - pv, low + pv, v) * smoothstep(high + pv, high - pv, v);
        color = mix(color, paper, inside * step(0.25, b));
        float mid = mix(high, low, 0.36);
        vec2 e = vec2(u - 0.5, (v - mid) * 1.3);
        float r = 0.13 + 0.06 * d;
        float emblem = c > 0.5 ? smoothstep(r + pu, r - pu, length(e)) : smoothstep(r + pu, r - pu, abs(e.x) + abs(e.y));
        color = mix(color, accent, emblem);
        float rows = (v - low) / 0.055;
        float text = step(1.0, rows) * step(rows, 3.0) * smoothstep(0.30, 0.40, fract(rows)) * smoothstep(0.85, 0.75, fract(rows));
        text *= step(abs(u - 0.5), wide * mix(0.4, 0.85, hash(vec2(floor(rows), product * 91.0))));
        color = mix(color, own * 0.25, text * 0.75 * near_);
        color = mix(color, accent, line(v - mix(0.06, 0.94, step(0.5, a)), 0.035, pv));
    } else if (u < 3.5) {
        color = mix(own, paper, 0.25);
    } else {
        color = mix(color, accent * 0.9, line(v - 0.5, 0.07 + 0.1 * a, pv) * step(0.4, c));
    }
    vec3 seen = mix(own, paper, 0.18); // from afar the print melts into one colour
    s.base = mix(seen, color, near_);
    s.roughness = clamp(s.roughness + (d - 0.5) * 0.25, 0.1, 1.0);
}

// The detail of this program's pattern.
void detail(inout Surface s, float size) {
    vec2 m = surface.xy; // metres
#if PATTERN == 5
    goods(s);
#elif PATTERN == 1 // wood: planks along u
    float plank = m.y / (size > 0.0 ? size : 0.14);
    float row = floor(plank);
    float pixel = fwidth(m.y);
    float near_ = 1.0 - smoothstep(0.004, 0.03, pixel);
    float tone = hash(vec2(row, 3.0));
    float bend = noise(vec2(m.x * 1.3, row * 7.0)) * 0.35;
    float grain = noise(vec2(m.x * 2.2 + tone * 30.0, plank * 22.0 + bend * 20.0));
    float fine = noise(vec2(m.x * 9.0, plank * 90.0));
    s.base *= mix(0.82, 1.12, tone) * (1.0 - near_ * (0.28 * grain + 0.12 * fine)) * (1.0 - (1.0 - near_) * 0.2);
    s.base *= 1.0 - 0.55 * line(fract(plank + 0.5) - 0.5, 0.012, fwidth(plank)) * near_;
    s.roughness = clamp(s.roughness + 0.15 * (grain - 0.5) * near_, 0.1, 1.0);
#elif PATTERN == 2 // tile
    vec2 t = m / (size > 0.0 ? size : 0.6);
    vec2 cell = floor(t), f = abs(fract(t) - 0.5);
    vec2 pixel = fwidth(t);
    float joint = max(line(0.5 - f.x, 0.006, pixel.x), line(0.5 - f.y, 0.006, pixel.y));
    float far_ = smoothstep(0.15, 0.5, max(pixel.x, pixel.y));
    float tone = hash(cell) - 0.5;
    float cloud = noise(m * 3.1) - 0.5;
    s.base *= 1.0 + (1.0 - far_) * (0.07 * tone + 0.05 * cloud);
    s.base *= 1.0 - 0.42 * joint;
    s.roughness = clamp(s.roughness + 0.10 * tone + 0.3 * joint, 0.08, 1.0);
#elif PATTERN == 3 // brushed along u
    float near_ = 1.0 - smoothstep(0.002, 0.02, fwidth(m.y));
    float streak = noise(vec2(m.x * 6.0, m.y * 420.0)) - 0.5;
    s.base *= 1.0 + 0.10 * streak * near_;
    s.roughness = clamp(s.roughness + 0.16 * streak * near_, 0.08, 1.0);
#elif PATTERN == 4 // concrete
    float blotch = noise(m * 1.7) * 0.6 + noise(m * 6.3 + 17.0) * 0.4 - 0.5;
    float grain = (noise(m * 90.0) - 0.5) * (1.0 - smoothstep(0.003, 0.02, max(fwidth(m.x), fwidth(m.y))));
    s.base *= 1.0 + 0.16 * blotch + 0.10 * grain;
    s.roughness = clamp(s.roughness + 0.12 * blotch, 0.2, 1.0);
#elif PATTERN == 6 // fabric
    vec2 t = m / (size > 0.0 ? size : 0.006);
    float near_ = 1.0 - smoothstep(0.15, 0.5, max(fwidth(t.x), fwidth(t.y)));
    float weave = sin(t.x * 2.0 * PI) * sin(t.y * 2.0 * PI);
    s.base *= 0.94 + 0.16 * weave * near_ + 0.06 * (noise(m * 40.0) - 0.5);
#elif PATTERN == 7 // belt
    float t = (m.x - look.w) / (size > 0.0 ? size : 0.25);
    float rib = line(fract(t + 0.5) - 0.5, 0.045, fwidth(t));
    s.base = mix(s.base * (0.92 + 0.16 * noise(vec2(t * 60.0, m.y * 60.0))), s.base * 2.6 + 0.03, rib);
#endif
}

// What comes in of the sky's light: floors and walls that send it on have paled
// it.
vec3 within(vec3 c, float outside) {
    return mix(vec3(luminance(c)), c, mix(0.4, 1.0, outside)) * outside;
}

// How the light around reaches a surface.
void reach(inout Surface s) {
    vec3 p = (world - volume.xyz) * volumeFit.xyz;
    vec4 l = texture(surroundings, p + s.normal * 0.45 * volumeFit.xyz);
    vec3 colour = vec3(1.0, 0.96, 0.89);
    if (turn.z > 0.5) {
        colour = textureLod(tinge, p + s.normal * 0.45 * volumeFit.xyz, 0.0).rgb;
    }
    s.lamps = colour * (l.r * volumeFit.w * max(0.12, 0.5 + 0.5 * l.g * s.normal.y + 0.12 * (1.0 - abs(s.normal.y))));
    s.open = l.b;
    s.outside = mix(1.0, l.a, skyTop.w);
#if defined(LIGHT) && !defined(PLAIN)
    float near_ = texture(contact, gl_FragCoord.xy / picture.xy).r;
    s.open *= near_;
    s.lamps *= mix(1.0, near_, 0.8);
#endif
    if (picture.w < 0.5) {
        s.open *= 1.0 - 0.5 * texture(occlusion, p + s.normal * 0.2 * volumeFit.xyz).r;
    }
#ifdef STUDIO
    s.open = s.outside = 1.0;
    s.lamps = vec3(0.0);
#endif
}

#ifndef DRESSED
Surface read() {
    Surface s;
    uvec4 t = texelFetch(materials, material);
    vec2 rg = unpackUnorm2x16(t.x), ba = unpackUnorm2x16(t.y);
    vec4 k = unpackUnorm4x8(t.z), e = unpackUnorm4x8(t.w);
    s.base = vec3(rg, ba.x);
    s.base *= s.base;
    s.alpha = ba.y;
    s.metallic = k.x;
    s.roughness = k.y;
    s.glass = k.w;
    s.emission = e.rgb * (e.a * e.a * 64.0 * look.x * turn.y);
    s.normal = normalize(gl_FrontFacing ? normal : -normal);
    detail(s, k.z * 4.0);
    s.roughness = clamp(s.roughness, 0.04, 1.0);
    reach(s);
    return s;
}
#endif

// Part of the sun that is not shaded.
float sunSeen(Surface s) {
#ifdef PLAIN
    return 1.0;
#endif
    float nl = max(dot(s.normal, sun.xyz), 0.0);
    float grazing = smoothstep(0.02, 0.22, nl); // would show the map's texels
#ifdef LIGHT
    // The finest map that shows the place.
    int map = 0;
    vec3 at = (shadowClip * vec4(world + s.normal * (0.012 + 0.03 * (1.0 - nl)), 1.0)).xyz;
    for (int i = 0; i < 2; i++) {
        vec3 finer = (sunNearClip[i] * vec4(world + s.normal * (0.006 + 0.012 * (1.0 - nl)), 1.0)).xyz;
        if (sunSoft[i + 1].w > 0.5 && all(lessThan(abs(finer.xy - 0.5), vec2(0.49)))) {
            map = i + 1;
            at = finer;
        }
    }
    float layer = float(map);
    vec4 soft = sunSoft[map];
    float about = 6.2831853 * strewn();
    vec2 side = vec2(cos(about), sin(about));
    // How far before the place is what shades it, within the light's cone
    // (Fernando 2005)?
    vec2 cone = min(soft.xy * at.z, 14.0 * soft.zz);
    float before = 0.0, found = 0.0;
    for (int i = 0; i < 5; i++) {
        vec2 uv = at.xy + side * cone * sqrt((float(i) + 0.5) / 5.0);
        float d = textureLod(sunNearDepth, vec3(uv, layer), 0.0).r;
        float shades = step(d, at.z - 0.00002);
        before += d * shades;
        found += shades;
        side = mat2(-0.7373688, 0.6754903, -0.6754903, -0.7373688) * side; // the golden angle
    }
    float gap = found > 0.0 ? at.z - before / found : 0.0;
    vec2 width = clamp(soft.xy * gap, 1.1 * soft.zz, 14.0 * soft.zz);
    float sum = 0.0;
    for (int i = 0; i < 7; i++) {
        vec2 uv = at.xy + side * width * sqrt((float(i) + 0.5) / 7.0);
        sum += texture(sunNear, vec4(uv, layer, at.z));
        side = mat2(-0.7373688, 0.6754903, -0.6754903, -0.7373688) * side;
    }
    return sum / 7.0 * grazing;
#else
    vec4 at = shadowClip * vec4(world + s.normal * (0.012 + 0.03 * (1.0 - nl)), 1.0);
    return texture(sunShadow, at.xyz) * grazing;
#endif
}

// Second factor of the split sum: how much of the mirrored light is scaled and
// added (fit by Lazarov 2013).
vec2 mirrorScale(float roughness, float nv) {
    vec4 r = roughness * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
    float a = min(r.x * r.x, exp2(-9.28 * nv)) * r.x + r.y;
    return vec2(-1.04, 1.04) * a + r.zw;
}

#ifdef LIGHT
float gloss; // how much a smooth surface mirrors of what lies around, which is found when the picture is developed

// How smooth a surface is that mirrors the picture.
float polished(Surface s) {
#if defined(STUDIO) || defined(PLAIN)
    return 0.0;
#endif
    return smoothstep(0.62, 0.36, s.roughness) * (1.0 - s.metallic) * (1.0 - tint.a);
}
#endif

// What a surface of a roughness mirrors from a direction, between two levels.
vec3 mirroredFrom(vec3 d, float roughness) {
    float level = roughness * mirrorLevels, low = floor(level);
    vec3 c = mix(textureLod(environment, d, low).rgb, textureLod(environment, d, min(low + 1.0, mirrorLevels)).rgb, level - low);
    return c * sunLight.w;
}

// The lobe of GGX times what its facets hide of each other (Hammon 2017), times π.
float lobe(float nl, float nv, float nh, float roughness) {
    float a = roughness * roughness;
    float a2 = a * a;
    float d = nh * nh * (a2 - 1.0) + 1.0;
    return a2 / (d * d) * (0.5 / mix(2.0 * nl * nv, nl + nv, a));
}

#ifndef DRESSED
// Metallic-roughness shading: glTF 2.0, appendix B.
vec3 lit(Surface s) {
    vec3 v = normalize(eye.xyz - world);
    vec3 n = s.normal;
    float nv = max(dot(n, v), 0.02);
    vec3 f0 = mix(vec3(0.04), s.base, s.metallic);
    vec3 body = s.base * (1.0 - s.metallic);

    vec3 sum = (within(around(n), s.outside) * s.open + s.lamps * mix(s.open, 1.0, 0.4)) * body;
    vec2 k = mirrorScale(s.roughness, nv);
#ifdef LIGHT
    vec3 mirrored = mirroredFrom(reflect(-v, n), s.roughness) * s.outside;
    float smooth_ = polished(s);
    gloss = smooth_ * (f0.g * k.x + k.y) * mix(s.open, 1.0, 0.35);
    mirrored *= 1.0 - smooth_;
#else
    vec3 mirrored = textureLod(environment, reflect(-v, n), s.roughness * mirrorLevels).rgb * (sunLight.w * s.outside);
#endif
    mirrored += s.lamps * (0.4 + 0.6 * s.roughness);
    // Facets of rough metal hand light on to each other (after Turquin 2019).
    vec3 handed = 1.0 + f0 * (1.0 / (k.x + k.y) - 1.0);
    sum += mirrored * (f0 * k.x + k.y) * handed * mix(s.open, 1.0, 0.35);

    float nl = dot(n, sun.xyz);
    if (nl > 0.0) {
        vec3 h = normalize(v + sun.xyz);
        float nh = max(dot(n, h), 0.0);
        float vh = max(dot(v, h), 0.0);
        float p = 1.0 - vh;
        vec3 fresnel = f0 + (1.0 - f0) * (p * p * p * p * p);
        vec3 share = body * (1.0 - fresnel) + min(fresnel * lobe(nl, nv, nh, s.roughness), vec3(20.0));
        sum += share * sunLight.rgb * (nl * sunSeen(s) / PI);
    }
    return sum + s.emission;
}
#endif

// Marks of the overlays, then film and screen, unless those are passes of their
// own.
vec3 finish(vec3 c, Surface s) {
    float grey = step(0.5, fract(look.z * 0.5) * 2.0);
    float mark = floor(look.z * 0.5 + 0.01);
    vec3 v = normalize(eye.xyz - world);
    float rim = 1.0 - abs(dot(s.normal, v));
    float l = luminance(c);
    c = mix(c, vec3(l * 0.75 + 0.05), grey * 0.92);
    c = mix(c, tint.rgb * (0.42 + 1.2 * l), tint.a);
    c += tint.rgb * look.y * (0.9 + 2.0 * rim * rim);
    c += vec3(0.05, 0.30, 0.85) * (0.003 + 0.20 * rim * rim * rim) * mark * 0.5;
#ifdef LIGHT
    return min(c, vec3(60000.0));
#else
    return encode(film(c)) + dither();
#endif
}
