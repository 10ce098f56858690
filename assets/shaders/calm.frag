out float open;
uniform sampler2D image; // openness, metres ahead

// Neighbours of nearly the same depth share their noise.
void main() {
    ivec2 p = ivec2(gl_FragCoord.xy), most = textureSize(image, 0) - 1;
    vec2 own = texelFetch(image, p, 0).rg;
    float sum = 0.0, weight = 0.0;
    for (int y = -1; y <= 2; y++) {
        for (int x = -1; x <= 2; x++) {
            vec2 t = texelFetch(image, clamp(p + ivec2(x, y), ivec2(0), most), 0).rg;
            float w = max(0.02, 1.0 - abs(t.g - own.g) / (0.02 * own.g));
            sum += t.r * w;
            weight += w;
        }
    }
    open = sum / weight;
}
