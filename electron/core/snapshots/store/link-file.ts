import { constants, copyFileSync, linkSync } from 'node:fs';

/** Larger files are never copied for the sake of a time: they are linked. */
const copyForTimeBytes = 1024 * 1024;

/**
 * Puts a file that is in an earlier snapshot into a new one without its bytes being there twice: a hard link;
 * where the file system has none, a clone, and else a copy. Links and clones are tried, never assumed.
 */
export class FileLinker {
  #canLink = true;

  /** @returns how it was done; a copy took as many bytes again. */
  link(from: string, to: string): 'link' | 'copy' {
    if (this.#canLink) {
      try {
        linkSync(from, to);
        return 'link';
      } catch (thrown) {
        const code = (thrown as NodeJS.ErrnoException).code ?? '';
        // EMLINK: this file has as many links as it can have; the next one may be linked all the same.
        if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP' || code === 'EXDEV') this.#canLink = false;
        else if (code !== 'EMLINK') throw thrown;
      }
    }
    copyFileSync(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    return 'copy';
  }

  /** The same bytes under another time: a file of its own, unless it is large. */
  linkUnderOtherTime(from: string, to: string, sizeBytes: number): 'link' | 'copy' {
    if (sizeBytes > copyForTimeBytes) return this.link(from, to);
    copyFileSync(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    return 'copy';
  }
}
