import type { FileUIPart } from 'ai';

/** Files as a file input gives them, as data URLs, which `useChat` makes, too. */
export async function fileParts(
  files: FileList | readonly FileUIPart[] = [],
): Promise<readonly FileUIPart[]> {
  return Promise.all(Array.from<File | FileUIPart>(files).map(filePart));
}

async function filePart(file: File | FileUIPart): Promise<FileUIPart> {
  if ('url' in file) return file;
  const { type: mediaType, name: filename } = file;
  return { type: 'file', mediaType, filename, url: await dataUrl(file) };
}

function dataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () =>
      resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => reject(reader.error ?? new Error('Not readable.'));
    reader.readAsDataURL(file);
  });
}
