// Package sky is the light from outside at a place and a time: where the sun
// stands, how bright and of which colour it and the sky are by day, at dusk and
// at night, and how a picture of it is exposed. It is arithmetic only: it must
// never know a scene, a site or a graphics card. Start reading at Sun, then At.
package sky
