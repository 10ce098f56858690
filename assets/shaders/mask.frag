in vec3 world;
flat in vec4 look;
out vec4 color;
void main() { color = vec4(look.z >= 3.5 ? 1.0 : 0.6); }
