// Materials that have more to them than factors and a pattern: render/gl/dressing.go.

in vec4 tangent; // in the world, and its handedness; 0: there is none
in vec2 second;  // texture coordinates
in vec4 painted; // colour of the vertex

// 0 base colour; 1 metalness, roughness, strength of normals, of occlusion;
// 2 emission, cutoff; 3 colour and strength of what is mirrored; 4 that straight
// on, coat, its roughness, strength of its normals; 5 transmission, thickness,
// index of refraction, 1: a pane without these; 6 what a metre swallows; 7… two
// rows for each map: where its image lies, and 1 in the first for the second set
// of coordinates.
uniform vec4 dress[29];

#ifdef MAP_COLOR
uniform sampler2D mapColor;
#endif
#ifdef MAP_NORMAL
uniform sampler2D mapNormal;
#endif
#ifdef MAP_ROUGH
uniform sampler2D mapRough;
#endif
#ifdef MAP_OCCLUSION
uniform sampler2D mapOcclusion;
#endif
#ifdef MAP_GLOW
uniform sampler2D mapGlow;
#endif
#ifdef MAP_COAT
uniform sampler2D mapCoat;
#endif
#ifdef MAP_COAT_ROUGH
uniform sampler2D mapCoatRough;
#endif
#ifdef MAP_COAT_NORMAL
uniform sampler2D mapCoatNormal;
#endif
#ifdef MAP_GLOSS
uniform sampler2D mapGloss;
#endif
#ifdef MAP_GLOSS_TINT
uniform sampler2D mapGlossTint;
#endif
#ifdef MAP_THROUGH
uniform sampler2D mapThrough;
#endif

// Where in the image of a map the surface lies.
vec2 laid(int map) {
    vec4 a = dress[7 + 2 * map], b = dress[8 + 2 * map];
    vec3 uv = vec3(a.w > 0.5 ? second : surface.xy, 1.0);
    return vec2(dot(a.xyz, uv), dot(b.xyz, uv));
}

vec4 baseOf() {
    vec4 base = dress[0] * painted;
#ifdef MAP_COLOR
    base *= texture(mapColor, laid(0));
#endif
    return base;
}

// The normal that an image of normals has, about that of the surface. Their third
// part follows from the others.
vec3 bumped(vec3 n, vec2 image, float amount) {
    vec3 t = tangent.xyz - n * dot(n, tangent.xyz);
    if (dot(t, t) < 1e-8) {
        return n;
    }
    t = normalize(t);
    vec3 b = cross(n, t) * tangent.w * (gl_FrontFacing ? 1.0 : -1.0);
    vec3 d = vec3(image * 2.0 - 1.0, 0.0);
    d.z = sqrt(max(0.0, 1.0 - dot(d.xy, d.xy)));
    return normalize((t * d.x * (gl_FrontFacing ? 1.0 : -1.0) + b * d.y) * amount + n * d.z);
}

Surface read() {
    Surface s;
    vec4 base = baseOf();
#ifdef MASK
    if (base.a < dress[2].w) {
        discard;
    }
    base.a = 1.0;
#endif
    s.base = base.rgb;
    s.alpha = base.a;
    s.metallic = dress[1].x;
    s.roughness = dress[1].y;
    s.glass = dress[5].w;
    s.emission = dress[2].rgb * (look.x * turn.y);
    s.normal = normalize(gl_FrontFacing ? normal : -normal);
    s.coatNormal = s.normal;
    s.covered = 1.0;
    s.coat = dress[4].y;
    s.coatRough = dress[4].z;
    s.through = dress[5].x;
    float gloss = dress[3].w;
    vec3 tinted = dress[3].rgb;
#ifdef MAP_ROUGH
    vec3 rough = texture(mapRough, laid(2)).rgb;
    s.roughness *= rough.g;
    s.metallic *= rough.b;
#endif
#ifdef MAP_NORMAL
    s.normal = bumped(s.normal, texture(mapNormal, laid(1)).rg, dress[1].z);
#endif
#ifdef MAP_OCCLUSION
    s.covered = 1.0 + dress[1].w * (texture(mapOcclusion, laid(3)).r - 1.0);
#endif
#ifdef MAP_GLOW
    s.emission *= texture(mapGlow, laid(4)).rgb;
#endif
#ifdef MAP_COAT
    s.coat *= texture(mapCoat, laid(5)).r;
#endif
#ifdef MAP_COAT_ROUGH
    s.coatRough *= texture(mapCoatRough, laid(6)).g;
#endif
#ifdef MAP_COAT_NORMAL
    s.coatNormal = bumped(s.coatNormal, texture(mapCoatNormal, laid(7)).rg, dress[4].w);
#endif
#ifdef MAP_GLOSS
    gloss *= texture(mapGloss, laid(8)).a;
#endif
#ifdef MAP_GLOSS_TINT
    tinted *= texture(mapGlossTint, laid(9)).rgb;
#endif
#ifdef MAP_THROUGH
    s.through *= texture(mapThrough, laid(10)).r;
#endif
    s.skin = min(dress[4].x * tinted, vec3(1.0)) * gloss;
    s.gloss = gloss;
    s.f0 = mix(s.skin, s.base, s.metallic);
    s.f90 = mix(gloss, 1.0, s.metallic);
    s.roughness = clamp(s.roughness, 0.04, 1.0);
    s.coatRough = clamp(s.coatRough, 0.04, 1.0);
    reach(s);
    return s;
}

// Light that a surface sends on: from its body, and what it mirrors. Light that
// rough metal passes on between its facets is added (Fdez-Agüera 2019).
void shone(Surface s, out vec3 body, out vec3 shine) {
    vec3 v = normalize(eye.xyz - world);
    vec3 n = s.normal;
    float nv = max(dot(n, v), 0.02);
    vec2 k = mirrorScale(s.roughness, nv);
    vec3 once = s.f0 * k.x + s.f90 * k.y;
    float missed = 1.0 - (k.x + k.y);
    vec3 mean = s.f0 + (1.0 - s.f0) / 21.0;
    vec3 more = once * mean / (1.0 - missed * mean) * missed;
    vec3 diffuse = s.base * (1.0 - s.metallic);
    vec3 skin = s.skin * k.x + s.gloss * k.y; // what the body is lit through
    float left = 1.0 - max(skin.r, max(skin.g, skin.b));

    float open = s.open * s.covered;
    vec3 ambient = within(around(n), s.outside) * open + s.lamps * mix(s.open, 1.0, 0.4) * s.covered;
    body = ambient * diffuse * left;
    float seen = mix(s.open, 1.0, 0.35) * clamp(pow(nv + s.covered, exp2(-16.0 * s.roughness - 1.0)) - 1.0 + s.covered, 0.0, 1.0); // Lagarde and de Rousiers 2014
    vec3 mirrored = mirroredFrom(reflect(-v, n), s.roughness) * s.outside;
#ifdef LIGHT
    float smooth_ = polished(s);
    gloss = smooth_ * once.g * seen;
    mirrored *= 1.0 - smooth_;
#endif
    mirrored += s.lamps * (0.4 + 0.6 * s.roughness);
    shine = mirrored * once * seen + ambient * more;

    float nl = dot(n, sun.xyz);
    vec3 h = normalize(v + sun.xyz);
    float vh = max(dot(v, h), 0.0);
    float p = 1.0 - vh;
    float p5 = p * p * p * p * p;
    vec3 light = sunLight.rgb * (sunSeen(s) / PI);
    if (nl > 0.0) {
        vec3 fresnel = s.f0 + (s.f90 - s.f0) * p5;
        body += diffuse * (1.0 - fresnel) * light * nl;
        shine += min(fresnel * lobe(nl, nv, max(dot(n, h), 0.0), s.roughness), vec3(20.0)) * light * nl;
    }
#ifdef COAT
    vec3 c = s.coatNormal;
    float cv = max(dot(c, v), 0.02), q = 1.0 - cv;
    float taken = s.coat * (0.04 + 0.96 * q * q * q * q * q);
    vec2 kc = mirrorScale(s.coatRough, cv);
    vec3 over = mirroredFrom(reflect(-v, c), s.coatRough) * s.outside * (0.04 * kc.x + kc.y) * mix(s.open, 1.0, 0.35);
    float cl = dot(c, sun.xyz);
    if (cl > 0.0) {
        over += min((0.04 + 0.96 * p5) * lobe(cl, cv, max(dot(c, h), 0.0), s.coatRough), 20.0) * light * cl;
    }
#ifdef LIGHT
    gloss *= 1.0 - taken;
#endif
    body *= 1.0 - taken;
    shine = shine * (1.0 - taken) + over * s.coat;
#endif
}

vec3 lit(Surface s) {
#ifdef UNLIT
#ifdef LIGHT
    gloss = 0.0;
#endif
    return s.base;
#else
    vec3 body, shine;
    shone(s, body, shine);
    return body + shine + s.emission;
#endif
}
