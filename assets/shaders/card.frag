in vec2 at;
out vec4 color;
uniform sampler2D image;
void main() { color = texture(image, at); }
