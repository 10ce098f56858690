layout(location = 0) in vec3 position;
layout(location = 1) in vec4 normalMaterial;
layout(location = 2) in vec3 texture_seed;
layout(location = 3) in vec4 row0;
layout(location = 4) in vec4 row1;
layout(location = 5) in vec4 row2;
layout(location = 6) in vec4 instanceTint;
layout(location = 7) in vec4 instanceLook;

out vec3 world;
out vec3 normal;
out vec3 surface;         // u, v, seed of the package
flat out int material;
flat out vec4 tint;
flat out vec4 look;       // emission, glow, grey + 2·highlight, seed or travel

out float gl_ClipDistance[1]; // heeded while something is cut away
invariant gl_Position; // depth is drawn before colour, with equal results

void main() {
    vec4 p = vec4(position, 1.0);
    world = vec3(dot(row0, p), dot(row1, p), dot(row2, p));
    normal = vec3(dot(row0.xyz, normalMaterial.xyz), dot(row1.xyz, normalMaterial.xyz), dot(row2.xyz, normalMaterial.xyz));
    surface = texture_seed;
    material = int(normalMaterial.w * 32767.0 + 0.5);
    tint = instanceTint;
    look = instanceLook;
    gl_ClipDistance[0] = cut.w - dot(cut.xyz, world);
    gl_Position = clip * vec4(world, 1.0);
}
