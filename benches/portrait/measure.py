"""Which picture format keeps a face recognisable in 600 bytes?

    pip install numpy pillow scikit-image dlib-bin face-recognition-models 'setuptools<81'
    python3 benches/portrait/measure.py DIRECTORY [BYTES] [COMMAND]

The row "ours" is what COMMAND makes of the reference, e.g. target/release/examples/portrait.

Every face that dlib finds in the pictures of DIRECTORY is cut out as an identity photograph (3:4, head and shoulders),
reduced to each width, and encoded at the highest quality that fits. What is decoded again is enlarged to the size of
the reference and compared with it:

  distance   Euclidean distance of dlib's face embeddings; below 0.6 its authors call it the same person
  same       share of faces below 0.6
  rank 1     share of faces whose nearest reference of all is the right one
  found      share in which dlib's detector still finds a face
  SSIM       structural similarity of the grey pictures
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

import dlib
import face_recognition_models as models
import numpy as np
from PIL import Image
from skimage.metrics import structural_similarity

LIMIT = int(sys.argv[2]) if len(sys.argv) > 2 else 600
OURS = sys.argv[3] if len(sys.argv) > 3 else None
REFERENCE = (288, 384)
WIDTHS = (36, 42, 48, 54, 60, 66, 72, 84, 96)
SAME = 0.6

detector = dlib.get_frontal_face_detector()
landmarks = dlib.shape_predictor(models.pose_predictor_model_location())
network = dlib.face_recognition_model_v1(models.face_recognition_model_location())


def portraits(directory):
    """Identity photographs of every face large enough, with the face's box in the portrait."""
    for path in sorted(Path(directory).rglob("*")):
        if path.suffix.lower() not in (".jpg", ".jpeg", ".png"):
            continue
        picture = Image.open(path).convert("RGB")
        for box in detector(np.asarray(picture), 1):
            if box.height() < 70:
                continue
            # dlib's box spans brows to chin; an identity photograph shows head and shoulders.
            height = int(box.height() * 2.1)
            width = height * 3 // 4
            centre = (box.left() + box.right()) // 2
            left, top = centre - width // 2, box.top() - int(box.height() * 0.62)
            spill = max(-left, -top, left + width - picture.width, top + height - picture.height, 0)
            if spill > height * 0.25:
                continue
            padded = np.pad(np.asarray(picture), ((spill, spill), (spill, spill), (0, 0)), "edge")
            cut = Image.fromarray(padded).crop((left + spill, top + spill, left + spill + width, top + spill + height))
            portrait = cut.resize(REFERENCE, Image.LANCZOS)
            boxes = detector(np.asarray(portrait), 0)
            if boxes:
                yield path.name, portrait, boxes[0]


def embedding(picture, box):
    pixels = np.asarray(picture)
    return np.array(network.compute_face_descriptor(pixels, landmarks(pixels, box), 1))


def save(picture, **options):
    buffer = io.BytesIO()
    picture.save(buffer, **options)
    return buffer.getvalue()


def jpeg(picture, quality):
    return save(picture, format="JPEG", quality=quality, optimize=True)


def webp(picture, quality):
    return save(picture, format="WEBP", quality=quality, method=6)


def avif(picture, quality):
    return save(picture, format="AVIF", quality=quality, speed=2, subsampling="4:2:0")


def jp2(picture, quality):
    # A rate (ratio of sizes) from 400 to 3 over the same scale as the other formats' quality.
    rate = 400 * (3 / 400) ** (quality / 100)
    return save(picture, format="JPEG2000", quality_mode="rates", quality_layers=[rate])


def best(codec, picture):
    """The file of the highest quality that fits, or None."""
    found, low, high = None, 0, 100
    while low <= high:
        quality = (low + high) // 2
        data = codec(picture, quality)
        if len(data) <= LIMIT:
            found, low = data, quality + 1
        else:
            high = quality - 1
    return found


def ours(picture):
    """What the service makes of a photograph."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.png"), Path(folder, "out.webp")
        picture.save(source)
        subprocess.run([OURS, source, target], check=True)
        return target.read_bytes()


def grey(picture):
    return np.asarray(picture.convert("L").resize((144, 192), Image.LANCZOS))


def judge(faces, embeddings, greys, encode):
    """Mean figures over all faces for which `encode` gives a file, and the share of those."""
    rows = []
    for n, (_, picture, box) in enumerate(faces):
        data = encode(picture)
        if data is None:
            continue
        shown = Image.open(io.BytesIO(data)).convert("RGB").resize(REFERENCE, Image.BICUBIC)
        away = np.linalg.norm(embeddings - embedding(shown, box), axis=1)
        similar = structural_similarity(greys[n], grey(shown))
        seen = bool(detector(np.asarray(shown), 0))
        rows.append((away[n], away[n] < SAME, away.argmin() == n, seen, similar, len(data)))
    return np.array(rows, dtype=float), len(rows) / len(faces)


def show(label, width, rows, share):
    if share < 0.9:
        print(f"{label:<14} {width:>5}  {share:>4.0%}", flush=True)
        return
    mean = rows.mean(axis=0)
    print(
        f"{label:<14} {width:>5}  {share:>4.0%}  {mean[0]:>8.3f}  {mean[1]:>4.0%}  {mean[2]:>6.0%}"
        f"  {mean[3]:>5.0%}  {mean[4]:.3f}  {mean[5]:>6.0f}",
        flush=True,
    )


def main():
    faces = list(portraits(sys.argv[1]))
    embeddings = np.array([embedding(picture, box) for _, picture, box in faces])
    greys = [grey(picture) for _, picture, _ in faces]
    print(f"{len(faces)} faces, at most {LIMIT} bytes")
    print("format         width  fits  distance  same  rank 1  found   SSIM   bytes")
    if OURS:
        show("ours", "", *judge(faces, embeddings, greys, ours))
    for name, codec in (("JPEG", jpeg), ("JPEG 2000", jp2), ("AVIF", avif), ("WebP", webp)):
        for colour in ("RGB", "L"):
            for width in WIDTHS:

                def encode(picture, codec=codec, colour=colour, width=width):
                    small = picture.resize((width, width * 4 // 3), Image.LANCZOS)
                    return best(codec, small.convert(colour))

                label = f"{name}{'' if colour == 'RGB' else ' grey'}"
                show(label, width, *judge(faces, embeddings, greys, encode))


if __name__ == "__main__":
    main()
