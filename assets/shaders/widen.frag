out vec3 color;
in vec2 place;
uniform sampler2D image;
uniform vec2 texel;

void main() {
    vec2 at = place * 0.5 + 0.5, o = texel * 0.75;
    color = 0.25 * (textureLod(image, at + o, 0.0).rgb + textureLod(image, at - o, 0.0).rgb
        + textureLod(image, at + vec2(o.x, -o.y), 0.0).rgb + textureLod(image, at + vec2(-o.x, o.y), 0.0).rgb);
}
