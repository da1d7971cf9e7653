import { create } from 'zustand';

type ImportStore = {
  readonly isOpen: boolean;
  readonly path: string;
  /** The import that the sheet follows; it goes on when the sheet is closed. */
  readonly jobId: string | null;
  /** A folder was dropped, but this page is not told where it lies. */
  readonly droppedName: string | null;
};

export const useImport = create<ImportStore>()(() => ({ isOpen: false, path: '', jobId: null, droppedName: null }));

export function openImport(options: { readonly path?: string; readonly droppedName?: string } = {}): void {
  useImport.setState((state) => ({
    isOpen: true,
    path: options.path ?? state.path,
    droppedName: options.droppedName ?? null,
  }));
}

export function closeImport(): void {
  useImport.setState({ isOpen: false, droppedName: null });
}

export function setImportPath(path: string): void {
  useImport.setState({ path });
}

export function followImport(jobId: string | null): void {
  useImport.setState({ jobId, droppedName: null });
}
