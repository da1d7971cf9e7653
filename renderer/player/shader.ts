/**
 * One program for everything that is drawn. Both sides are sampled at the same point of the picture, so
 * that further modes (colour maps, other differences) are a branch here and nothing else.
 */
export const shaderModes = { single: 0, wipe: 1, butterfly: 2, difference: 3, levels: 4 } as const;
export type ShaderMode = keyof typeof shaderModes;

export const vertexShader = `#version 300 es
uniform vec4 shown; // u0, v0, u1, v1: the part of the picture that the canvas covers
out vec2 point;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  point = mix(shown.xy, shown.zw, vec2(corner.x, 1.0 - corner.y));
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

export const fragmentShader = `#version 300 es
precision highp float;
precision highp int;
uniform sampler2D lumaA, cbA, crA, lumaB, cbB, crB;
uniform sampler2D mapA, mapB, mapLevels; // 256 colours in a row
uniform mat3 matrixA, matrixB;
uniform vec3 offsetA, offsetB;
uniform mat3 turnA, turnB; // orientation: picture point -> stored point
uniform bool packedA, packedB; // RGBA in the first texture instead of planes
uniform bool mappedA, mappedB; // brightness through the map instead of colours
uniform bool signedLevels;
uniform int mode;
uniform float split; // wipe edge, 0 to 1 of the picture
uniform float gain; // difference
in vec2 point;
out vec4 color;

vec3 mapped(sampler2D map, float level) {
  return texelFetch(map, ivec2(int(clamp(level * 255.0 + 0.5, 0.0, 255.0)), 0), 0).rgb;
}
float brightness(vec4 stored, bool packed) {
  return packed ? dot(stored.rgb, vec3(0.2126, 0.7152, 0.0722)) : stored.r;
}
float brightnessA(vec2 at) {
  return brightness(texture(lumaA, (turnA * vec3(at, 1.0)).xy), packedA);
}
float brightnessB(vec2 at) {
  return brightness(texture(lumaB, (turnB * vec3(at, 1.0)).xy), packedB);
}
vec3 sideA(vec2 at) {
  if (mappedA) return mapped(mapA, brightnessA(at));
  vec2 stored = (turnA * vec3(at, 1.0)).xy;
  if (packedA) return texture(lumaA, stored).rgb;
  return clamp(matrixA * (vec3(texture(lumaA, stored).r, texture(cbA, stored).r, texture(crA, stored).r) - offsetA), 0.0, 1.0);
}
vec3 sideB(vec2 at) {
  if (mappedB) return mapped(mapB, brightnessB(at));
  vec2 stored = (turnB * vec3(at, 1.0)).xy;
  if (packedB) return texture(lumaB, stored).rgb;
  return clamp(matrixB * (vec3(texture(lumaB, stored).r, texture(cbB, stored).r, texture(crB, stored).r) - offsetB), 0.0, 1.0);
}
void main() {
  vec3 shown;
  if (mode == 0) shown = sideA(point);
  else if (mode == 1) shown = point.x < split ? sideA(point) : sideB(point);
  else if (mode == 2) shown = point.x < 0.5 ? sideA(point) : sideB(vec2(1.0 - point.x, point.y));
  else if (mode == 4) {
    float difference = brightnessB(point) - brightnessA(point);
    float level = signedLevels ? 128.0 / 255.0 + difference * gain / 2.0 : abs(difference) * gain;
    shown = mapped(mapLevels, clamp(level, 0.0, 1.0));
  } else shown = min(vec3(1.0), abs(sideA(point) - sideB(point)) * gain);
  color = vec4(shown, 1.0);
}`;
