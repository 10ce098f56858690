// Package render draws a scene.Scene and overlays with physically based
// shading, and tells what stands under a pixel. Here are the nouns, cameras and
// views; GL calls live in render/gl, behind a small driver, and in
// render/offscreen, which makes a target for it. It must never know the twin: it
// sees entities as plain ids. Start reading at Frame, then at Renderer in
// render/gl.
package render
