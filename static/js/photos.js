// A photo as the phone sends it: at most 1600 pixels and about 400 KB, with what the camera wrote of place and time.

const MOST = 400 * 1024;
const TRIES = [[1600, 0.85], [1600, 0.7], [1600, 0.5], [1200, 0.5], [900, 0.5]];

// Where the server reads more than this script can (HEIC) or it is no photo at all, the server is the judge.
export async function shrink(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  const longest = Math.max(picture.width, picture.height);
  if (file.type === "image/jpeg" && file.size <= MOST && longest <= 1600) return file;
  let blob;
  for (const [side, quality] of TRIES) {
    blob = await drawn(picture, Math.min(1, side / longest), quality);
    if (blob.size <= MOST) break;
  }
  picture.close();
  const written = exifOf(new Uint8Array(await file.slice(0, 256 * 1024).arrayBuffer()));
  return written ? new Blob([blob.slice(0, 2), written, blob.slice(2)], { type: "image/jpeg" }) : blob;
}

function drawn(picture, factor, quality) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * factor);
  canvas.height = Math.round(picture.height * factor);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((give) => canvas.toBlob(give, "image/jpeg", quality));
}

// The EXIF part of a JPEG, told that the picture stands upright now; null when there is none.
export function exifOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  try {
    for (let at = 2; view.getUint8(at) === 0xff && view.getUint8(at + 1) !== 0xda;) {
      const end = at + 2 + view.getUint16(at + 2);
      if (view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966) {
        turnUpright(view, at + 10);
        return end <= bytes.length ? bytes.slice(at, end) : null;
      }
      at = end;
    }
  } catch {
    return null; // cut off or nonsense: the picture goes without
  }
  return null;
}

function turnUpright(view, tiff) {
  const little = view.getUint16(tiff) === 0x4949;
  const first = tiff + view.getUint32(tiff + 4, little);
  for (let at = first + 2, left = view.getUint16(first, little); left > 0; left -= 1, at += 12) {
    if (view.getUint16(at, little) === 0x0112) view.setUint16(at + 8, 1, little);
  }
}
