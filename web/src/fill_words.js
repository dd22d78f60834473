// What ODK Web Forms says in its own words, in the reader's language.
export const VIETNAMESE = {
  "Send": "Gửi",
  "Change language": "Đổi ngôn ngữ",
  "Condition not satisfied: constraint": "Câu trả lời chưa hợp lệ",
  "Condition not satisfied: required": "Hãy trả lời câu này",
  "An error occurred while loading this form": "Không mở được biểu mẫu này",
  "Technical error details": "Chi tiết kỹ thuật",
  "Good accuracy": "Độ chính xác tốt",
  "Poor accuracy": "Độ chính xác kém",
  "Finding your location": "Đang tìm vị trí",
  "Time taken to capture location: ": "Thời gian đã tìm: ",
  "Cancel": "Hủy",
  "Save location": "Lưu vị trí",
  "Get location": "Lấy vị trí",
  "Try again": "Thử lại",
  "Cannot access location": "Không lấy được vị trí",
  "Grant location permission in the browser settings and make sure location is turned on.":
    "Hãy cho phép trình duyệt dùng vị trí và bật định vị của máy.",
  " Okay ": " Đồng ý ",
  "Take picture": "Chụp ảnh",
  "Choose image": "Chọn ảnh",
  "Remove": "Xóa",
  "Repeat Item": "Mục",
  " Add ": " Thêm ",
  "No results found": "Không tìm thấy",
  "No available options": "Không có lựa chọn",
  "Powered by": "Dùng",
  "Use the location button to center on your current location": "Bấm nút định vị để đến chỗ bạn đang đứng",
  "Tap to place a point": "Chạm để đặt điểm",
  "Press and drag to move a point": "Nhấn giữ và kéo để dời điểm",
  "Tap to move point": "Chạm để dời điểm",
  "No point saved": "Chưa lưu điểm nào",
  "Point saved": "Đã lưu điểm",
  "View details": "Xem chi tiết",
  "Save selected": "Lưu lựa chọn",
  "Remove selection": "Bỏ lựa chọn",
  "Remove point": "Xóa điểm",
  "No trace saved": "Chưa lưu đường nào",
  "No shape saved": "Chưa lưu vùng nào",
  "Graphics issue detected": "Trình duyệt không vẽ được bản đồ",
};

// Parts of sentences, and those with numbers in them.
const PARTS = {
  " Location will be saved at ": " Vị trí được lưu khi đạt ",
  " Previous saved location at ": " Vị trí đã lưu trước đó: ",
};

/** What the mended engine calls; `language` is "vi" or "en". */
export function spoken(language, locale) {
  const decimal = new Intl.NumberFormat(locale).format(1.5)[1];
  const known = language === "vi" ? { ...VIETNAMESE, ...PARTS } : {};
  return {
    locale,
    say: (english) => known[english] ?? english,
    wrong(count) {
      if (language === "vi") return `${count} câu chưa đúng.`;
      return count === 1 ? "1 question with error." : `${count} questions with errors.`;
    },
    dated: (value) =>
      value.type === "NODE" ? { type: "STRING", toString: () => value.toString() } : value,
    typed: (key) => (key === "." || key === "," ? decimal : key),
    pasted: (text) => (text.match(/[.,]/g)?.length === 1 ? text.replace(/[.,]/, decimal) : text),
  };
}

export const CALENDAR = {
  vi: {
    dateFormat: "dd/mm/yy",
    firstDayOfWeek: 1,
    dayNames: ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"],
    dayNamesShort: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    dayNamesMin: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    monthNames: Array.from({ length: 12 }, (_, month) => `Tháng ${month + 1}`),
    monthNamesShort: Array.from({ length: 12 }, (_, month) => `Th${month + 1}`),
    today: "Hôm nay",
    clear: "Xóa",
    chooseDate: "Chọn ngày",
  },
  en: { firstDayOfWeek: 1, dateFormat: "dd/mm/yy" },
};
