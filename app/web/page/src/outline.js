// Draws a line around what is selected: it is drawn alone into a mask, and where
// the mask ends the picture gets an edge.
import { Color, Mesh, MeshBasicMaterial, OrthographicCamera, PlaneGeometry, Scene, ShaderMaterial, Vector2, WebGLRenderTarget } from 'three';

const MASK = 1; // layer

export class Outline {
  constructor() {
    this.target = new WebGLRenderTarget(4, 4, { depthBuffer: false });
    this.white = new MeshBasicMaterial({ color: 0xffffff });
    this.size = new Vector2();
    this.meshes = [];
    this.back = new Color();
    this.edge = new ShaderMaterial({
      transparent: true,
      depthTest: false,
      depthWrite: false,
      premultipliedAlpha: true,
      uniforms: { mask: { value: this.target.texture }, step: { value: new Vector2() } },
      vertexShader: 'varying vec2 at; void main() { at = uv; gl_Position = vec4( position.xy, 0.0, 1.0 ); }',
      fragmentShader: `
        uniform sampler2D mask; uniform vec2 step; varying vec2 at;
        void main() {
          float own = texture2D( mask, at ).r;
          float near = 0.0;
          for ( int i = 0; i < 16; i ++ ) {
            float a = float( i ) * 0.3926991;
            vec2 d = vec2( cos( a ), sin( a ) ) * step;
            near += texture2D( mask, at + d ).r + texture2D( mask, at + 0.5 * d ).r;
          }
          float line = smoothstep( 0.0, 9.0, near ) * ( 1.0 - own );
          float a = max( line, own * 0.10 );
          gl_FragColor = vec4( vec3( 0.02, 0.42, 0.9 ) * a, a );
        }`,
    });
    this.screen = new Scene();
    this.screen.add(new Mesh(new PlaneGeometry(2, 2), this.edge));
    this.camera = new OrthographicCamera(-1, 1, 1, -1, 0, 1);
  }

  /** Chooses what is outlined. */
  select(meshes) {
    for (const m of this.meshes) m.layers.disable(MASK);
    this.meshes = meshes;
    for (const m of meshes) m.layers.enable(MASK);
  }

  /** Draws the line over the picture that was just drawn. */
  draw(renderer, scene, camera) {
    if (this.meshes.length === 0) return;
    renderer.getDrawingBufferSize(this.size);
    if (this.target.width !== this.size.x || this.target.height !== this.size.y) this.target.setSize(this.size.x, this.size.y);
    this.edge.uniforms.step.value.set(2.2 * renderer.getPixelRatio(), 2.2 * renderer.getPixelRatio()).divide(this.size);
    const { autoClear } = renderer;
    const shadows = renderer.shadowMap.autoUpdate;
    renderer.getClearColor(this.back);
    const alpha = renderer.getClearAlpha();
    renderer.shadowMap.autoUpdate = false;
    renderer.setRenderTarget(this.target);
    renderer.setClearColor(0x000000, 1);
    renderer.clear();
    scene.overrideMaterial = this.white;
    camera.layers.set(MASK);
    renderer.render(scene, camera);
    camera.layers.set(0);
    scene.overrideMaterial = null;
    renderer.setRenderTarget(null);
    renderer.setClearColor(this.back, alpha);
    renderer.autoClear = false;
    renderer.render(this.screen, this.camera);
    renderer.autoClear = autoClear;
    renderer.shadowMap.autoUpdate = shadows;
  }
}
