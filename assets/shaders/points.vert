layout(location = 0) in vec3 position;
layout(location = 1) in vec3 paint;   // as the screen takes it
layout(location = 2) in uint nearest; // entity that it lies on
uniform vec4 splat; // diameter at 1 m, pixels; reach, metres; least and most pixels
uniform usamplerBuffer hidden;
flat out vec3 own;
flat out float size;
void main() {
    own = paint;
    gl_Position = clip * vec4(position, 1.0);
    size = clamp(splat.x / max(gl_Position.w, 1e-3), splat.z, splat.w);
    gl_PointSize = size;
    // What lies a little behind a surface shows before it: its depth is that of
    // a point so much nearer to the eye.
    float part = min(splat.y / max(length(eye.xyz - position), 1e-3), 0.5);
    vec4 near_ = mix(gl_Position, clip * vec4(eye.xyz, 1.0), part);
    if (near_.w > 1e-3) {
        gl_Position.z = near_.z / near_.w * gl_Position.w;
    }
    if (texelFetch(hidden, int(nearest)).r != 0u) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0); // out of sight
    }
}
