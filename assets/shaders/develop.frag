out vec4 color;
in vec2 place;
uniform sampler2D image;  // light
uniform sampler2D second; // what the lens spreads of it: five levels, added

void main() {
    vec3 c = texelFetch(image, ivec2(gl_FragCoord.xy), 0).rgb;
    c = mix(c, textureLod(second, place * 0.5 + 0.5, 0.0).rgb * 0.2, 0.06);
    color = vec4(encode(film(c)), 1.0);
}
