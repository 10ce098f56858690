// What every shader knows of the frame: frameBlock in render/gl.
layout(std140) uniform Frame {
    mat4 clip;
    mat4 unclip;
    mat4 shadowClip;
    vec4 eye;       // position; exposure
    vec4 sun;       // direction towards it; 1: casts shadows
    vec4 sunLight;  // radiance × π; amount of ambient light
    vec4 picture;   // width, height; 1: dark; 1: draft
    vec4 skyTop;    // colour; 1: the surroundings are the sky of an hour
    vec4 skyHorizon;
    vec4 skyGround;
    vec4 volume;    // lower corner of the light volumes; 1: there are some
    vec4 volumeFit; // 1 over their size; strength of the luminaires
    vec4 diffuse[9];
    mat4 sunNearClip[2];
    vec4 sunSoft[3];  // of the whole map and the finer ones: spread of light by depth, of width and height; texel; 1: it is there
    vec4 cut;         // normal of a plane towards what is taken away; offset
    vec4 turn;        // number of the exposure, for what is strewn; strength of what shines; 1: luminaires are of colours
};

const float PI = 3.14159265;

float luminance(vec3 c) { return dot(c, vec3(0.2126, 0.7152, 0.0722)); }

// Light that a white surface facing n sends on, from all around.
vec3 around(vec3 n) {
    vec3 e = diffuse[0].rgb * 0.282095
        + (diffuse[1].rgb * n.y + diffuse[2].rgb * n.z + diffuse[3].rgb * n.x) * 0.488603
        + (diffuse[4].rgb * (n.x * n.y) + diffuse[5].rgb * (n.y * n.z) + diffuse[7].rgb * (n.x * n.z)) * 1.092548
        + diffuse[6].rgb * (0.315392 * (3.0 * n.z * n.z - 1.0))
        + diffuse[8].rgb * (0.546274 * (n.x * n.x - n.y * n.y));
    return max(e, vec3(0.0)) * sunLight.w;
}

// Filmic curve: the fit of ACES by Narkowicz (2015), on a mix of the channels
// and their luminance so that strong colours do not turn to neon.
vec3 film(vec3 x) {
#ifdef STUDIO
    return clamp(x * eye.w, 0.0, 1.0);
#endif
    x *= eye.w * 0.72;
    float l = max(luminance(x), 1e-5);
    vec3 c = clamp(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0);
    float t = clamp(l * (2.51 * l + 0.03) / (l * (2.43 * l + 0.59) + 0.14), 0.0, 1.0);
    return mix(c, clamp(x * (t / l), 0.0, 1.0), 0.35);
}

// IEC 61966-2-1, from square roots: within 0.002 of it, at a third of its cost.
vec3 encode(vec3 c) {
    vec3 a = sqrt(c), b = sqrt(a), d = sqrt(b);
    return max(0.662002687 * a + 0.684122060 * b - 0.323583601 * d - 0.022541147 * c, vec3(0.0));
}

// Scattered evenly over neighbouring places, 0..1 (Jimenez 2014).
float scattered(vec2 p) { return fract(52.9829189 * fract(dot(p, vec2(0.06711056, 0.00583715)))); }

// Scattered over pixels and over the exposures of each.
#ifdef FRAGMENT
float strewn() { return scattered(gl_FragCoord.xy + 5.588238 * turn.x); }
#endif

// To linear light: the inverse of encode, within 0.002.
vec3 linear(vec3 c) { return c * (c * (c * 0.305306 + 0.682171) + 0.012523); }

// Noise of one eight-bit step that breaks up bands.
#ifdef FRAGMENT
float dither() { return (scattered(gl_FragCoord.xy) - 0.5) / 255.0; }
#endif
