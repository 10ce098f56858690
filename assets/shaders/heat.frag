in vec2 at;
in vec3 world;
out vec4 color;
uniform vec4 scale;
uniform sampler2D image;
uniform sampler2D palette;
uniform sampler3D surroundings;
uniform sampler2DShadow sunShadow;

void main() {
    vec3 v = texture(image, at).rgb;
    float t = v.r / max(v.g, 1e-3);
    float cover = smoothstep(0.25, 0.75, v.g) * scale.y * v.b / max(v.g, 1e-3);
    vec3 c = texture(palette, vec2(t * 255.0 / 256.0 + 0.5 / 256.0, 0.5)).rgb;
    // Lines of equal value: shape that is seen where hue is not.
    float step_ = t * 10.0, pixel = fwidth(step_);
    float iso = (1.0 - smoothstep(0.6, 1.6, abs(fract(step_ + 0.5) - 0.5) / max(pixel, 1e-5))) * (1.0 - smoothstep(0.12, 0.4, pixel));
    // The floor's own light and shade stay seen under the colour.
    float open = texture(surroundings, (world + vec3(0.0, 0.45, 0.0) - volume.xyz) * volumeFit.xyz).b;
    float sunny = texture(sunShadow, (shadowClip * vec4(world + vec3(0.0, 0.02, 0.0), 1.0)).xyz);
    c *= mix(0.45, 1.05, open) * mix(0.72, 1.0, sunny);
    vec3 screen = mix(encode(c), vec3(1.0), 0.35 * iso);
    color = vec4((screen + dither()) * cover, cover);
}
