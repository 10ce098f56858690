out float away;
uniform sampler2D image; // depth
uniform vec2 lens;       // metres to the planes of depth 0 and 1

// How many metres ahead each fourth pixel lies.
void main() {
    float d = texelFetch(image, ivec2(gl_FragCoord.xy) * 2, 0).r;
    gl_FragDepth = d;
    away = lens.x * lens.y / (lens.y - d * (lens.y - lens.x));
}
