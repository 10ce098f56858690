out vec4 color; // what is mirrored; metres ahead of what mirrors it
in vec2 place;
uniform sampler2D image;    // light, at half the size
uniform sampler2D contact;  // metres ahead, at half the size
uniform samplerCube environment;
uniform sampler3D surroundings;
uniform sampler3D tinge;
uniform vec4 lens;          // tangents of half the field, across and up; size of a texel
uniform vec3 right, up, ahead; // of the camera
uniform int panels;            // lights that may be mirrored
uniform vec4 panel[16];        // of each: middle, radiance; axes seen from above, over their squared half lengths

vec3 at(vec2 uv) {
    float z = textureLod(contact, uv, 0.0).r;
    return vec3((uv * 2.0 - 1.0) * lens.xy * z, z);
}

// What a smooth surface mirrors: of the picture where the mirrored ray meets
// something in it (after McGuire and Mara 2014), else of the sky and the studio.
vec3 mirrored(vec2 uv) {
    vec3 p = at(uv);
    vec3 l = p - at(uv - vec2(lens.z, 0.0)), r = at(uv + vec2(lens.z, 0.0)) - p;
    vec3 d = p - at(uv - vec2(0.0, lens.w)), u = at(uv + vec2(0.0, lens.w)) - p;
    vec3 n = normalize(cross(abs(d.z) < abs(u.z) ? d : u, abs(l.z) < abs(r.z) ? l : r));
    float some = strewn(), about = 6.2831853 * fract(some * 7.31 + 0.618 * turn.x);
    mat3 turned = mat3(right, up, ahead);
    const float blur = 0.045; // polished, no mirror
    vec3 way = reflect(normalize(p), n);
    vec3 straight = turned * way;
    way = normalize(way + blur * sqrt(some) * vec3(cos(about), sin(about), cos(about + 1.0)));
    vec3 from = eye.xyz + turned * p, toward = turned * way;
    vec3 around = textureLod(environment, toward, 2.0).rgb * sunLight.w;
    if (skyTop.w > 0.5) { // under a roof nothing mirrors the sky, but the panels that hang there
        vec3 place = (from + turned * (0.3 * n) - volume.xyz) * volumeFit.xyz;
        vec4 l = texture(surroundings, place);
        vec3 colour = vec3(1.0, 0.96, 0.89);
        if (turn.z > 0.5) {
            colour = textureLod(tinge, place, 0.0).rgb;
        }
        around = around * l.a + colour * (0.4 * l.r * volumeFit.w);
        for (int i = 0; i < panels && straight.y > 0.02; i++) {
            float t = (panel[2 * i].y - from.y) / straight.y;
            vec2 d = from.xz + straight.xz * t - panel[2 * i].xz;
            vec2 off = abs(vec2(dot(d, panel[2 * i + 1].xy), dot(d, panel[2 * i + 1].zw)));
            // Its edge is as soft as the floor is rough: the ray would miss it by that.
            vec2 soft = max(blur * t * vec2(length(panel[2 * i + 1].xy), length(panel[2 * i + 1].zw)), vec2(0.02));
            vec2 in_ = clamp((1.0 + soft - off) / (2.0 * soft), vec2(0.0), vec2(1.0)) * min(vec2(1.0), 1.0 / soft);
            around = mix(around, colour * min(panel[2 * i].w, 8.0), in_.x * in_.y * step(0.0, t));
        }
    }
    const int steps = 16;
    const float reach = 7.0; // metres
    float before = 0.0, hit = -1.0;
    for (int i = 0; i < steps; i++) {
        float k = (float(i) + 0.2 + 0.8 * some) / float(steps), t = reach * k * k;
        vec3 q = p + way * t;
        vec2 s = q.xy / (q.z * lens.xy) * 0.5 + 0.5;
        if (q.z < 0.05 || any(greaterThan(abs(s - 0.5), vec2(0.5)))) {
            break;
        }
        float behind = q.z - textureLod(contact, s, 0.0).r;
        if (behind > 0.01 * t && behind < 0.25 + (t - before)) {
            hit = t;
            break;
        }
        before = t;
    }
    if (hit < 0.0) {
        return around;
    }
    for (int i = 0; i < 4; i++) {
        float t = 0.5 * (before + hit);
        vec3 q = p + way * t;
        if (q.z > textureLod(contact, q.xy / (q.z * lens.xy) * 0.5 + 0.5, 0.0).r) {
            hit = t;
        } else {
            before = t;
        }
    }
    vec3 q = p + way * hit;
    vec2 s = q.xy / (q.z * lens.xy) * 0.5 + 0.5;
    vec2 edge = smoothstep(vec2(0.5), vec2(0.42), abs(s - 0.5));
    return mix(around, min(textureLod(image, s, 0.0).rgb, vec3(8.0)), edge.x * edge.y * smoothstep(1.0, 0.6, hit / reach));
}

void main() {
    vec2 uv = place * 0.5 + 0.5;
    color = vec4(mirrored(uv), textureLod(contact, uv, 0.0).r);
}
