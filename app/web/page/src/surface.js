// The two materials that everything is drawn with. What differs between
// surfaces (colour, roughness, metal, glow) stands at the vertices, so that all
// surfaces of a thing are one draw call.
import { Color, DoubleSide, MeshStandardMaterial, Vector4 } from 'three';

/** Values that all surfaces share. */
export const shared = {
  heatMap: { value: null },
  heatRect: { value: new Vector4(0, 0, 1, 1) }, // x, z, 1/width, 1/depth
  heat: { value: 0 }, // 0: none, 1: full
  pale: { value: new Color(0.72, 0.73, 0.75) },
};

const vertexHead = `
attribute vec4 surface; // roughness, metalness, glow / 8, kind
attribute vec4 pack; // of goods: u and v on the package, seed, 1
varying vec4 vSurface;
varying vec4 vPack;
varying vec3 vPlace;
varying vec3 vLevel;
`;
const vertexBody = `
vSurface = surface;
vPack = pack;
vPlace = ( modelMatrix * vec4( transformed, 1.0 ) ).xyz;
vLevel = normalize( mat3( modelMatrix ) * objectNormal );
`;
const fragmentHead = `
varying vec4 vSurface;
varying vec4 vPack;
varying vec3 vPlace;
varying vec3 vLevel;
uniform sampler2D heatMap;
uniform vec4 heatRect;
uniform float heat;
uniform vec4 own;
uniform vec3 pale;
float line( float at, float size ) { // 1 on the joints of tiles, soft at a distance
  float w = max( fwidth( at ) * 1.2, 0.004 );
  float d = abs( fract( at / size + 0.5 ) - 0.5 ) * size;
  return ( 1.0 - smoothstep( w * 0.4, w, d ) ) * min( 1.0, 0.012 / w );
}
`;
// Kinds: 0 a thing, 1 the building, 2 a tiled floor of it.
const fragmentColour = `
#include <color_fragment>
float glowing = 0.0; // how far it shines by itself, so that colours are those of the legend
float kind = floor( vSurface.w * 255.0 + 0.5 );
if ( kind > 1.5 && vLevel.y > 0.7 ) diffuseColor.rgb *= 1.0 - 0.16 * max( line( vPlace.x, 0.6 ), line( vPlace.z, 0.6 ) );
if ( vPack.w > 0.99 ) { // a package: a shade of its own, and a label on its sides
  float seed = fract( vPack.z * 7.31 );
  diffuseColor.rgb *= 0.86 + 0.28 * seed;
  vec2 p = vPack.xy;
  float soft = max( fwidth( p.y ) + fwidth( p.x ), 0.002 );
  float shown = clamp( 0.22 / soft - 0.4, 0.0, 1.0 ) * step( p.y, 0.998 );
  float low = mix( 0.2, 0.45, fract( seed * 5.0 ) );
  float high = low + mix( 0.2, 0.4, fract( seed * 11.0 ) );
  float band = smoothstep( low, low + soft, p.y ) * ( 1.0 - smoothstep( high, high + soft, p.y ) );
  band *= smoothstep( 0.1, 0.1 + soft, p.x ) * ( 1.0 - smoothstep( 0.9 - soft, 0.9, p.x ) );
  vec3 paper = seed > 0.35 ? vec3( 0.9, 0.88, 0.83 ) : diffuseColor.rgb * 0.45;
  diffuseColor.rgb = mix( diffuseColor.rgb, paper, band * shown * 0.9 );
}
if ( heat > 0.0 ) {
  vec2 uv = ( vPlace.xz - heatRect.xy ) * heatRect.zw;
  vec4 h = own.a > 0.5 ? own : texture2D( heatMap, uv );
  float inside = own.a > 0.5 ? 1.0 : step( 0.0, uv.x ) * step( uv.x, 1.0 ) * step( 0.0, uv.y ) * step( uv.y, 1.0 );
  float grey = dot( diffuseColor.rgb, vec3( 0.3, 0.6, 0.1 ) );
  vec3 plain = mix( vec3( grey ), pale, 0.8 );
  float level = kind > 0.5 ? smoothstep( 0.5, 0.9, vLevel.y ) * step( vPlace.y, 0.3 ) : 1.0;
  vec3 hot = mix( plain, h.rgb * ( kind > 0.5 ? 1.0 : 0.72 + 0.28 * grey + 0.1 ), h.a * inside * level );
  diffuseColor.rgb = mix( diffuseColor.rgb, hot, heat );
  glowing = heat * h.a * inside * level;
}
`;

const compile = (own) => (shader) => {
  Object.assign(shader.uniforms, { heatMap: shared.heatMap, heatRect: shared.heatRect, heat: shared.heat, pale: shared.pale, own: { value: own } });
  shader.vertexShader = shader.vertexShader
    .replace('#include <common>', '#include <common>' + vertexHead)
    .replace('#include <project_vertex>', vertexBody + '#include <project_vertex>');
  shader.fragmentShader = shader.fragmentShader
    .replace('#include <common>', '#include <common>' + fragmentHead)
    .replace('#include <color_fragment>', fragmentColour)
    .replace('#include <roughnessmap_fragment>', 'float roughnessFactor = mix( vSurface.x, 1.0, heat );')
    .replace('#include <metalnessmap_fragment>', 'float metalnessFactor = vSurface.y * ( 1.0 - heat );')
    .replace('#include <emissivemap_fragment>', 'totalEmissiveRadiance += diffuseColor.rgb * ( vSurface.z * 3.0 * ( 1.0 - heat ) + 0.62 * glowing );\ndiffuseColor.rgb *= 1.0 - 0.68 * glowing;');
};

function make(options, own = new Vector4(0, 0, 0, 0)) {
  const m = new MeshStandardMaterial({ vertexColors: true, roughness: 1, metalness: 1, ...options });
  m.onBeforeCompile = compile(own);
  m.customProgramCacheKey = () => 'twin';
  return m;
}

const looks = { solid: {}, clear: { transparent: true, depthWrite: false, side: DoubleSide } };
export const solid = make(looks.solid);
export const clear = make(looks.clear);

/** The material of a thing in a heat map of values: as the one that it has, and
 * of one colour (r, g, b as linear 0 to 1) while heat is shown. */
export const valued = (material, [r, g, b]) => make(material === clear ? looks.clear : looks.solid, new Vector4(r, g, b, 1));
