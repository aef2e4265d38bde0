/** QR codes in pictures. Loaded only when somebody scans one. */
import decodeQR from 'qr/decode.js';

/** A larger picture tells no more, and takes a phone long. */
const maxSide = 1_600;
/** For one picture of the camera, and for a photo, which is looked at once. */
const frameMs = 60;
const photoMs = 2_500;

/** The text of the code in a photo; undefined if none can be read. Rejects if it is not a picture. */
export async function readPhoto(file: Blob): Promise<string | undefined> {
  const picture = await createImageBitmap(file);
  try {
    // Once small, where noise is averaged, and once as sharp as it is.
    return read(picture, maxSide / 2, photoMs) ?? read(picture, maxSide, photoMs);
  } finally {
    picture.close();
  }
}

/** The text of the code that the camera shows now. */
export function readVideo(video: HTMLVideoElement): string | undefined {
  return video.videoWidth === 0 ? undefined : read(video, maxSide / 2, frameMs);
}

function read(picture: ImageBitmap | HTMLVideoElement, side: number, timeLimit: number): string | undefined {
  const [width, height] =
    picture instanceof HTMLVideoElement ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return undefined;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  try {
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), { timeLimit, effort: 3 });
  } catch {
    return undefined; // there is none: that is how it says so
  }
}
