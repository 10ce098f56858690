layout(location = 0) in vec3 position;
layout(location = 1) in vec4 normalMaterial;
layout(location = 2) in vec3 texture_seed;
layout(location = 3) in vec4 row0;
layout(location = 4) in vec4 row1;
layout(location = 5) in vec4 row2;
layout(location = 6) in vec4 instanceTint;
layout(location = 7) in vec4 instanceLook;

#ifdef DRESSED
layout(location = 8) in vec4 vertexTangent;
layout(location = 9) in vec2 vertexSecond;
layout(location = 10) in vec4 vertexColor;

out vec4 tangent;
out vec2 second;
out vec4 painted;
#endif

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
#ifdef DRESSED
    // Normals go with the cofactors, so that they stay upright where it is
    // stretched; a mirrored instance turns them round.
    vec3 x = cross(row1.xyz, row2.xyz), y = cross(row2.xyz, row0.xyz), z = cross(row0.xyz, row1.xyz);
    float turned_ = dot(row0.xyz, x) < 0.0 ? -1.0 : 1.0;
    normal = turned_ * normalize(vec3(dot(x, normalMaterial.xyz), dot(y, normalMaterial.xyz), dot(z, normalMaterial.xyz)));
    tangent = vec4(dot(row0.xyz, vertexTangent.xyz), dot(row1.xyz, vertexTangent.xyz), dot(row2.xyz, vertexTangent.xyz), vertexTangent.w * turned_);
    second = vertexSecond;
    painted = vertexColor;
#endif
    surface = texture_seed;
    material = int(normalMaterial.w * 32767.0 + 0.5);
    tint = instanceTint;
    look = instanceLook;
    gl_ClipDistance[0] = cut.w - dot(cut.xyz, world);
    gl_Position = clip * vec4(world, 1.0);
}
