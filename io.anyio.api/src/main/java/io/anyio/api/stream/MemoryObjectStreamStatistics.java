package io.anyio.api.stream;

/**
 * The state of a memory object stream.
 *
 * @param currentBufferUsed how many items are in the buffer
 * @param peakBufferUsed the largest number of items that have been in the buffer at one time
 * @param maxBufferSize how many items the buffer can hold, or {@link MemoryObjectStream#UNLIMITED}
 * @param openSendStreams how many send ends are open
 * @param openReceiveStreams how many receive ends are open
 * @param tasksWaitingSend how many tasks wait in {@code send}
 * @param tasksWaitingReceive how many tasks wait in {@code receive}
 * @param itemsDropped how many items were in the buffer when the last receive end was closed
 */
public record MemoryObjectStreamStatistics(
        int currentBufferUsed,
        int peakBufferUsed,
        int maxBufferSize,
        int openSendStreams,
        int openReceiveStreams,
        int tasksWaitingSend,
        int tasksWaitingReceive,
        int itemsDropped) {}
