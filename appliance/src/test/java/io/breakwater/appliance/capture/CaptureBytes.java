package io.breakwater.appliance.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Builds capture files byte by byte, in either byte order. */
final class CaptureBytes {

  private final ByteOrder order;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  CaptureBytes(ByteOrder order) {
    this.order = order;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  CaptureBytes u16(int value) {
    bytes.writeBytes(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
    return this;
  }

  CaptureBytes u32(long value) {
    bytes.writeBytes(ByteBuffer.allocate(4).order(order).putInt((int) value).array());
    return this;
  }

  CaptureBytes u64(long value) {
    bytes.writeBytes(ByteBuffer.allocate(8).order(order).putLong(value).array());
    return this;
  }

  CaptureBytes raw(byte... raw) {
    bytes.writeBytes(raw);
    return this;
  }

  CaptureBytes pcapHeader(int magic, int linkType) {
    return u32(magic).u16(2).u16(4).u64(0).u32(65_535).u32(linkType);
  }

  CaptureBytes pcapRecord(long seconds, long fraction, long originalLength, byte... frame) {
    return u32(seconds).u32(fraction).u32(frame.length).u32(originalLength).raw(frame);
  }

  /** A block around a body, which is padded. */
  CaptureBytes block(int type, CaptureBytes body) {
    byte[] content = body.toBytes();
    int padding = -content.length & 3;
    int totalLength = 12 + content.length + padding;
    return u32(type).u32(totalLength).raw(content).raw(new byte[padding]).u32(totalLength);
  }

  CaptureBytes section() {
    return block(0x0a0d0d0a, body().u32(0x1a2b3c4d).u16(1).u16(0).u64(-1));
  }

  CaptureBytes interfaceDescription(int linkType, int snapLength) {
    return block(1, body().u16(linkType).u16(0).u32(snapLength));
  }

  CaptureBytes interfaceWithTime(int resolution, long offsetSeconds) {
    CaptureBytes body = body().u16(1).u16(0).u32(0);
    body.u16(2).u16(3).raw((byte) 'e', (byte) 't', (byte) 'h', (byte) 0);
    body.u16(9).u16(1).raw((byte) resolution, (byte) 0, (byte) 0, (byte) 0);
    body.u16(14).u16(8).u64(offsetSeconds);
    return block(1, body.u16(0).u16(0));
  }

  CaptureBytes enhancedPacket(int interfaceId, long time, long originalLength, byte... frame) {
    CaptureBytes body = body().u32(interfaceId).u32(time >>> 32).u32(time);
    body.u32(frame.length).u32(originalLength).raw(frame).raw(new byte[-frame.length & 3]);
    return block(6, body.u16(1).u16(2).raw((byte) 'o', (byte) 'k', (byte) 0, (byte) 0).u32(0));
  }

  CaptureBytes obsoletePacket(int interfaceId, long time, byte... frame) {
    CaptureBytes body = body().u16(interfaceId).u16(0xffff).u32(time >>> 32).u32(time);
    return block(2, body.u32(frame.length).u32(frame.length).raw(frame));
  }

  CaptureBytes simplePacket(long originalLength, byte... frame) {
    return block(3, body().u32(originalLength).raw(frame));
  }

  CaptureBytes body() {
    return new CaptureBytes(order);
  }
}
