package io.anyio.api.file;

/** What an offset is counted from. In AnyIO: {@code os.SEEK_SET}, {@code SEEK_CUR} and {@code SEEK_END}. */
public enum SeekFrom {
    /** The beginning of the file. */
    START,

    /** The current position. */
    CURRENT,

    /** The end of the file. */
    END
}
