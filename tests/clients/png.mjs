// PNG files of one band, grey by grey: what a mask or a plain picture is, as bytes to send.

import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const EIGHT_BITS_OF_GREY = [8, 0, 0, 0, 0]; // depth, colour type, compression, filter, no interlacing

/** `greyAt(x, y)` is 0 for black to 255 for white. */
export function greyPng(width, height, greyAt) {
  const lines = Array.from({ length: height }, (_, y) => {
    const greys = Array.from({ length: width }, (_, x) => greyAt(x, y));
    return Buffer.from([0, ...greys]); // each line says first that it is not filtered
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(EIGHT_BITS_OF_GREY, 8);
  const data = deflateSync(Buffer.concat(lines));
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
