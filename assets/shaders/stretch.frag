out vec4 color;
in vec2 place;
uniform sampler2D image; // the backdrop, small, in the screen's colours

void main() {
    color = vec4(textureLod(image, place * 0.5 + 0.5, 0.0).rgb + dither(), 1.0);
}
