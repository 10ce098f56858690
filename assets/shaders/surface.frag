out vec4 color;

void main() {
    Surface s = read();
    color = vec4(finish(lit(s), s), 1.0);
#ifdef LIGHT
    color.a = gloss;
#endif
}
