// The depth of what is there in part only.
void main() {
    if (baseOf().a < dress[2].w) {
        discard;
    }
}
