out vec4 color;
uniform sampler2D image; // light, and how much of what lies around is mirrored

// Half the size: four texels' mean, each weighed down by its brightness, so that
// no single one flickers, and the most that one of them mirrors. Depth is 0 where
// one does, so that no rays are followed elsewhere.
void main() {
    ivec2 at = ivec2(gl_FragCoord.xy) * 2, most = textureSize(image, 0) - 1;
    vec3 sum = vec3(0.0);
    float weight = 0.0, gloss = 0.0;
    for (int i = 0; i < 4; i++) {
        vec4 c = texelFetch(image, min(at + ivec2(i % 2, i / 2), most), 0);
        float w = 1.0 / (1.0 + 0.25 * luminance(c.rgb));
        sum += c.rgb * w;
        weight += w;
        gloss = max(gloss, c.a);
    }
    color = vec4(sum / weight, 1.0);
    gl_FragDepth = gloss > 0.004 ? 0.0 : 1.0;
}
