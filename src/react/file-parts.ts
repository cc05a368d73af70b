import type { FileUIPart } from 'ai';

/** Files as a file input gives them, as data URLs, which `useChat` makes, too. */
export async function fileParts(
  files: FileList | readonly FileUIPart[] | undefined,
): Promise<readonly FileUIPart[]> {
  if (files === undefined || !isFileList(files)) return files ?? [];
  return Promise.all(
    Array.from(files, async (file) => ({
      type: 'file' as const,
      mediaType: file.type,
      filename: file.name,
      url: await dataUrl(file),
    })),
  );
}

const isFileList = (
  files: FileList | readonly FileUIPart[],
): files is FileList => !Array.isArray(files);

function dataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () =>
      resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => reject(reader.error ?? new Error('Not readable.'));
    reader.readAsDataURL(file);
  });
}
